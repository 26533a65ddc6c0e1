package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestWrongUsage(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id = "123e4567-e89b-12d3-a456-426614174000"
	for line, named := range map[string]string{
		"exprot":                               `unknown command "exprot"; did you mean export?`,
		"nothing-like-it":                      `unknown command "nothing-like-it"`,
		"--nope":                               "--nope",
		"-x":                                   "unknown flag -x",
		"--=x":                                 `"--=x" is not a flag`,
		"list x/y --limit":                     "--limit needs a value",
		"excel motor/premium -o":               "-o needs a value",
		"list x/y --oldest-first=maybe":        `invalid --oldest-first "maybe": expected true or false`,
		"mirror x/y dir --parallel 0":          "--parallel: expected more than 0",
		"--quiet -v demo":                      "--quiet and --verbose",
		"auth chekc":                           `unknown command "chekc"; did you mean check?`,
		"auth check x":                         `unexpected argument "x"`,
		"call":                                 "CALL_ID is missing",
		"call x":                               "CALL_ID",
		"call " + id + " y":                    `unexpected argument "y" after CALL_ID`,
		"call --format xml":                    "--format",
		"call --index x":                       "--index",
		"call --base-url= x":                   "--base-url",
		"call " + id + " --index -1":           "--index",
		"call " + id + " --base-url x":         "--base-url",
		"list motor":                           `"motor" is not FOLDER/SERVICE`,
		"list x/y --limit -1":                  "invalid --limit \"-1\": expected a whole number from 0",
		"list x/y --version-id 1.0":            "--version-id: ",
		"list x/y --from today --to yesterday": "--to: the end lies before the start",
		"list x/y --errors only --from today --to 2d":                               "--to: the end lies before the start",
		"list x/y --search=":                                                        "--search",
		"list x/y --show premium":                                                   "--show",
		"excel motor/premium x/y":                                                   "CALL_ID",
		"excel motor/premium --output x":                                            "CALL_ID is missing",
		"excel motor " + id + " --output x":                                         `"motor" is not FOLDER/SERVICE`,
		"excel a/b/c " + id + " --output x":                                         "--folder and --service",
		"excel --folder a " + id + " --output x":                                    "--folder and --service belong together",
		"excel motor/premium " + id + " --output=":                                  "--output",
		"excel motor/premium " + id + " --output .":                                 "--output",
		"excel motor/premium " + id + " --output no-folder/x":                       "there is no directory no-folder",
		"export motor/premium --format xml --output x":                              "--format",
		"export motor/premium --format json --output x --from tomorrow":             "--from",
		"export motor/premium --format json --output x --from 2026-02-30":           "--from",
		"export motor/premium --format json --output x --from 2026-03-01T08":        "--from",
		"export motor/premium --format json --output x --to -7d":                    "--to",
		"export motor/premium --format json --output x --from 2026-13":              "--from",
		"export motor/premium --format json --output x --to 0001-01-01T00:00:00Z":   "--to",
		"export motor/premium --format json --output x --zone CEST":                 "--zone",
		"export motor/premium --format json --output x --zone +02:00":               "--zone",
		"export motor/premium --format json --output x --zone=":                     "expected the IANA name of a time zone, such as Europe/Zurich",
		"export motor/premium --format json --output x --from today --to yesterday": "--to: the end lies before the start",
		"export motor/premium --format json --output x --to=":                       "--to",
		"export motor/premium --format json --output x --user=":                     "--user",
		"export motor/premium --format json --output x --purpose=":                  "--purpose",
		"export motor/premium --format json --output x --correlation-id=":           "--correlation-id",
		"export motor/premium --format json --output x --source-system=":            "--source-system",
		"export motor/premium --format json --output x --version-id=":               "--version-id",
		"export motor/premium --format json --output x --version-id 1.0":            "--version-id",
		"export motor/premium --format json --output x --call-id=":                  "--call-id",
		"export motor/premium --format json --output x --call-id x":                 "--call-id",
		"export motor/premium --format json --output x --errors some":               "--errors",
		"export motor/premium --format json --output x --warnings=":                 "--warnings",
		"export motor/premium --format json --output x --timezone-offset 15":        "--timezone-offset",
		"export motor/premium --format json --output x --timezone-offset 1h":        "--timezone-offset",
		"export motor/premium --format json --output x --timezone-offset 5.5":       `invalid --timezone-offset "5.5": expected whole hours from -12 to 14; see`,
		"records x.zip --timezone-offset -13":                                       "expected whole hours from -12 to 14",
		"export motor/premium --format json --output x --from 2d --to 3d":           "--to: the end lies before the start",
		"export x/y --format json --output x --user u --source-system= ":            "--source-system",
		"export x/y --format csv --detach --call-id z --correlation-id c":           "--call-id and --correlation-id",
		"export x/y --format csv --detach --source-system z --call-id " + id:        "--call-id and --source-system",
		"job motor/premium --format json":                                           "JOB_ID is missing",
		"job motor/premium x --format json":                                         "JOB_ID",
		"records":                                                                   "FILE.zip or DIR is missing",
		"records - -":                                                               "standard input can be read only once",
		"records x.zip --where inputs.age":                                          "expected a path, one of = != < <= > >= ~ (contains), and a value, such as inputs.policy=123",
		"records x.zip --where age=1":                                               "such as outputs.premium or inputs.drivers[0].age",
		"records x.zip --where inputs.age!1":                                        "! is not an operator; use !=",
		"records x.zip --show age":                                                  "expected the path of an input or output",
		"records x.zip --format xml":                                                "--format",
		"mirror motor/premium":                                                      "DIR is missing",
		"mirror x y":                                                                `"x" is not FOLDER/SERVICE`,
		"mirror x/y z":                                                              "--since is required for a new directory",
		"mirror x/y z --since whenever":                                             "--since",
		"mirror x/y z --since 9000-01-01":                                           "--since: 9000-01-01 is in the future",
		"mirror x/y z --since 1d --window 36h":                                      `invalid --window "36h": expected whole days, such as 1d or 2w`,
		"mirror x/y z --since 1d --window 60000w":                                   "--window",
		"mirror x/y z --since 1d --overlap 0":                                       "--overlap",
		"mirror x/y z --since 1d --overlap -1h":                                     "--overlap",
		"mirror x/y z --since 1d --parallel 0":                                      "--parallel",
		"mirror x/y z --since 1d --parallel -1":                                     "--parallel",
		"serve --records-per-file 0":                                                "--records-per-file",
		"serve --history x.zip --seed 3":                                            "--seed is for generated calls",
		"serve --job-progress 0,100":                                                "numbers from 0 to 99",
		"serve --job-progress=":                                                     "numbers from 0 to 99",
		"serve --addr x":                                                            `invalid --addr "x": expected a host and a port, such as 127.0.0.1:8080; see sparklog serve --help`,
		"serve --fault File":                                                        "expected an operation and what happens",
		"serve --fault Excel:503":                                                   `unknown operation "Excel"`,
		"serve --fault File:truncate=x":                                             "expected a number such as 1000",
		"serve --fault File:explode":                                                `unknown fault "explode"; see sparklog serve --help`,
		"serve --fault File:error=1":                                                `unknown fault "error=1"`,
		"serve --fault File:html=42":                                                "a status code from 200 to 599",
		"serve --fault Any:delay=x":                                                 "--fault",
		"serve --fault JobStatus:progress=101":                                      "numbers from 0 to 100",
		"diff":                                                                      "CALL_ID or A.zip is missing",
		"diff a.zip":                                                                "the second CALL_ID or B.zip is missing",
		"diff " + id + " b.zip":                                                     "expected two call IDs, or two archives or mirrors that exist",
		"diff x y":                                                                  "CALL_ID",
		"diff " + id + " " + id + "#x":                                              `"x" is not the number of a record`,
		"diff " + id + " " + id + " --by id":                                        "--by is for archives",
		"diff a.zip b.zip --by price":                                               "--by",
		"diff a.zip b.zip --tolerance x":                                            "--tolerance",
		"diff a.zip b.zip --tolerance -1":                                           "--tolerance",
		"diff a.zip b.zip --tolerance 1%%":                                          "--tolerance",
		"diff a.zip b.zip --ignore Premium":                                         `unknown field "Premium"`,
		"diff a.zip b.zip --format xml":                                             "--format",
		"stats":                                                                     "FILE.zip or DIR is missing",
		"stats - -":                                                                 "standard input can be read only once",
		"stats a.zip --by month":                                                    "--by is for the value that --of names",
		"stats a.zip --of premium":                                                  "invalid --of \"premium\": expected the path of an input or output, such as outputs.premium",
		"stats a.zip --of outputs.x --by day":                                       "invalid --by \"day\": expected month, version, user, purpose or source-system",
		"stats a.zip --html=":                                                       "--html",
		"stats a.zip --html .":                                                      "--html: . is not a regular file",
		"stats a.zip --html no-folder/x":                                            "--html: there is no directory no-folder",
		"stats a.zip --html x --format json":                                        "--html and --format",
		"serve x":                                                                   `"x"`,
		"serve --calls -1":                                                          "--calls",
		"serve --span x":                                                            "--span",
		"serve --latency -1s":                                                       "--latency",
		"demo motor":                                                                "FOLDER/SERVICE",
		"demo motor/premium":                                                        "days",
	} {
		outcome := shell.run(strings.Split(line, " ")...)
		require.Equal(t, exitUsage, outcome.status, "%s\n%s", line, outcome.errors)
		require.Contains(t, outcome.errors, named, line)
		require.True(t, strings.Contains(outcome.errors, " --help\n") || strings.Contains(outcome.errors, "; "), "it says what to do: %s", outcome.errors)
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"), "%s\n%s", line, outcome.errors)
		require.Empty(t, outcome.out, line)
	}
	require.Empty(t, server.Requests(), "nothing was sent")
	require.Empty(t, names(t), "nothing was written")
}

// What the library advises Go programs to do doesn't help at a shell.
func TestErrorsDoNotSpeakGo(t *testing.T) {
	shell := newShell(t, nil)
	setenv(t, envBearerToken, "secret")
	outcome := shell.run("call", "123e4567-e89b-12d3-a456-426614174000", "--base-url", "http://spark.example.com/tenant")
	require.Equal(t, exitUsage, outcome.status)
	require.Equal(t, "sparklog: base URL (--base-url or CSPARK_BASE_URL): http://spark.example.com would get the credential unencrypted; use https\n", outcome.errors)
}

func TestErrorsOfTheLibraryDoNotNameItsOptions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../*.go")
	require.NoError(t, err)
	ofRecord, err := filepath.Glob("../../record/*.go")
	require.NoError(t, err)
	files = append(files, ofRecord...)
	texts := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, text := range regexp.MustCompile(`"[^"\n]*(WithPlainHTTP|Limits)[^"\n]*"`).FindAllString(read(t, file), -1) {
			require.NotRegexp(t, `WithPlainHTTP|Limits|raise`, inShellWords.Replace(text), file)
			texts++
		}
	}
	require.NotZero(t, texts)
}

func TestHelpAndVersion(t *testing.T) {
	shell := newShell(t, nil)
	require.Contains(t, shell.succeed(), "Available Commands")
	require.Contains(t, shell.succeed("--version"), "sparklog version")
	for _, command := range newRoot(shell.program()).Commands() {
		require.Contains(t, shell.succeed(command.Name(), "--help"), strings.Split(command.Long, "\n")[0])
	}
	for _, kind := range []string{"bash", "zsh", "fish", "powershell"} {
		require.Contains(t, shell.succeed("completion", kind), "sparklog")
	}
}

// TestExamplesAreRight parses the examples in the help texts.
func TestExamplesAreRight(t *testing.T) {
	t.Parallel()
	shell := &shell{}
	lines := 0
	for _, command := range append(newRoot(shell.program()).Commands(), newRoot(shell.program())) {
		for line := range strings.Lines(command.Example) {
			_, line, found := strings.Cut(strings.TrimRight(line, ")\n"), "sparklog ")
			require.True(t, found, line)
			line, _, _ = strings.Cut(line, " | ")
			line, _, _ = strings.Cut(line, " > ")
			root := newRoot(shell.program())
			target, args, err := root.Find(strings.Fields(strings.NewReplacer(`"`, "", `'`, "").Replace(line)))
			require.NoError(t, err, line)
			require.NoError(t, target.ParseFlags(args), line)
			require.NoError(t, target.ValidateRequiredFlags(), line)
			require.NoError(t, target.ValidateArgs(target.Flags().Args()), line)
			lines++
		}
	}
	require.Greater(t, lines, 15)
}
