package generate

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// server writes the server interface. Operations whose paths net/http can't
// serve beside the others are left out of it, those that the facade has last.
func (p Project) server(ctx context.Context, input map[string]any, facade coverage.Facade) ([]byte, []string, error) {
	var left, notes []string
	for {
		code, err := p.run(ctx, serverConfig, input, left)
		if err != nil {
			return nil, nil, err
		}
		routes, err := routes(code)
		if err != nil {
			return nil, nil, err
		}
		refused, why := unservable(routes, facade)
		if refused == "" {
			return code, notes, nil
		}
		operation := operationID(input, refused)
		if slices.Contains(left, operation) {
			return nil, nil, fmt.Errorf("net/http can't serve %s: %s", operation, why)
		}
		left = append(left, operation)
		notes = append(notes, fmt.Sprintf("%s is left out of gen/server, for net/http can't serve it beside the others: %s", operation, why))
	}
}

// route is a pattern that the generated server registers, and the operation
// that it is for.
type route struct {
	pattern, operation string
}

// routes reads the patterns out of the generated code.
func routes(code []byte) ([]route, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), ServerFile, code, 0)
	if err != nil {
		return nil, fmt.Errorf("the generated code is no Go: %w", err)
	}
	var found []route
	ast.Inspect(parsed, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		callee, ok := call.Fun.(*ast.SelectorExpr)
		handler, ok2 := call.Args[1].(*ast.SelectorExpr)
		if ok && ok2 && callee.Sel.Name == "HandleFunc" {
			found = append(found, route{pattern: pattern(call.Args[0]), operation: handler.Sel.Name})
		}
		return true
	})
	return found, nil
}

// pattern is the value of an expression such as http.MethodGet+" "+options.BaseURL+"/a".
func pattern(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.BinaryExpr:
		return pattern(expression.X) + pattern(expression.Y)
	case *ast.SelectorExpr:
		if method, ok := strings.CutPrefix(expression.Sel.Name, "Method"); ok {
			return strings.ToUpper(method)
		}
	case *ast.BasicLit:
		if text, err := strconv.Unquote(expression.Value); err == nil {
			return text
		}
	}
	return ""
}

// unservable finds an operation that net/http refuses, and why. Those of the
// facade are registered first, so that others give way to them.
func unservable(routes []route, facade coverage.Facade) (string, string) {
	known := map[string]bool{}
	for id := range facade {
		known[folded(id)] = true
	}
	slices.SortStableFunc(routes, func(a, b route) int {
		switch first, second := known[folded(a.operation)], known[folded(b.operation)]; {
		case first == second:
			return 0
		case first:
			return -1
		}
		return 1
	})
	mux := http.NewServeMux()
	for _, route := range routes {
		if why := register(mux, route.pattern); why != "" {
			return route.operation, why
		}
	}
	return "", ""
}

// registeredAt is what net/http says of its caller.
var registeredAt = regexp.MustCompile(` \(registered at [^)]*\)`)

func register(mux *http.ServeMux, pattern string) (why string) {
	defer func() {
		if refused := recover(); refused != nil {
			why, _, _ = strings.Cut(fmt.Sprint(refused), "\n")
			why = strings.TrimSuffix(registeredAt.ReplaceAllString(why, ""), ":")
		}
	}()
	mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	return ""
}

// operationID is the ID of the operation that has a Go name.
func operationID(input map[string]any, name string) string {
	paths, _ := input["paths"].(map[string]any)
	for _, value := range paths {
		item, _ := value.(map[string]any)
		for _, method := range page.Methods {
			operation, _ := item[method].(map[string]any)
			if id, _ := operation["operationId"].(string); folded(id) == folded(name) {
				return id
			}
		}
	}
	return name
}

// folded is what the name of an operation and its Go name have in common.
func folded(name string) string {
	return strings.ToLower(capitalized(name))
}
