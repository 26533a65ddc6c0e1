package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/textwidth"
)

func newAuth(p *program) *cobra.Command {
	command := &cobra.Command{
		Use:     "auth",
		Short:   "Check the credential",
		Long:    "Check the credential that the other commands use: see sparklog auth check --help.",
		Example: "  sparklog auth check",
		Args:    knownCommand,
		RunE:    func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(newAuthCheck(p))
	return command
}

type authCheckCommand struct {
	*program
	zone *time.Location
}

func newAuthCheck(p *program) *cobra.Command {
	a := authCheckCommand{program: p}
	command := &cobra.Command{
		Use:   "check",
		Short: "Print which credential is used and for which tenant, and whether it works",
		Long: `Print which credential is used, where it comes from, for which tenant, and until when
a token is valid. Then ask the platform for a call that doesn't exist, to see whether
it accepts the credential. The exit status is 1 if it doesn't.

The credential itself is never printed.`,
		Example: `  sparklog auth check
  sparklog auth check --zone Europe/Zurich`,
		Args: exactly(),
		RunE: func(command *cobra.Command, _ []string) error { return a.run(command.Context()) },
	}
	flags := command.Flags()
	registerZone(flags, &a.zone, "the expiry")
	p.registerBaseURL(flags)
	return command
}

func (a *authCheckCommand) run(ctx context.Context) error {
	client, err := a.connect()
	if err != nil {
		return err
	}
	from := "the environment"
	if a.fromFile[client.AuthSource()] {
		from = environmentFile
	}
	rows := [][]string{
		{"credential", client.AuthSource() + " from " + from},
		{"tenant", printable(client.Tenant())},
		{"base URL", printable(client.BaseURL())},
	}
	if client.AuthSource() == envBearerToken {
		rows = append(rows, []string{"valid until", a.describeExpiry(tokenExpiry(os.Getenv(envBearerToken)))})
	}
	for _, line := range textwidth.Table(rows) {
		fmt.Fprintln(a.out, line)
	}
	// A response without a call is proof enough. A 404 is about the tenant.
	_, err = client.GetCall(ctx, uuid.Nil.String())
	var failure *spark.APIError
	if errors.As(err, &failure) && errors.Is(err, spark.ErrNotFound) && failure.Status == http.StatusOK {
		err = nil
	}
	if err == nil {
		_, err = fmt.Fprintln(a.out, "The credential works.")
	}
	return err
}

func (a *authCheckCommand) describeExpiry(expiry time.Time) string {
	if expiry.IsZero() {
		return "unknown: the token doesn't say"
	}
	when := "expired"
	switch left := time.Until(expiry); {
	case left > 48*time.Hour:
		when = fmt.Sprintf("in %d days", left/(24*time.Hour))
	case left > 0:
		when = "in " + left.Round(time.Second).String()
	}
	zone := orUTC(a.zone)
	return fmt.Sprintf("%s %s (%s)", timeOf(expiry, zone), zone, when)
}

// tokenExpiry returns when a JWT expires, or the zero time if the token doesn't say.
func tokenExpiry(token string) time.Time {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var claims struct {
		Expiry float64 `json:"exp"`
	}
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Expiry <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(claims.Expiry), 0)
}
