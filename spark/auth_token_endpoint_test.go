package spark_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// How long a token lasts may be spelled in any way; one that can't be read is used
// until it is refused.
func TestTokenLifetimeInAnySpelling(t *testing.T) {
	const forever = 60 * 365 * 24 * time.Hour
	for expiresIn, lasts := range map[string]time.Duration{
		`300`: 270 * time.Second, `"300"`: 270 * time.Second, `300.9`: 270 * time.Second, `"300.5"`: 270 * time.Second, `3e2`: 270 * time.Second,
		`9223372036854775808`: forever, `1e999999999`: forever, `"1e30"`: forever, `2147483648`: forever,
		`null`: forever, `0`: forever, `-1`: forever, `""`: forever, `"soon"`: forever, `"NaN"`: forever, `{}`: forever, `[300]`: forever,
	} {
		t.Run(expiresIn, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := newTenant(t)
				issuer.handlers[tokenHost] = respond(`{"access_token":"token-7","expires_in":` + expiresIn + `}`)
				client := issuer.authenticated()
				for _, step := range []struct {
					pause   time.Duration
					fetches int
				}{{0, 1}, {lasts - 5*time.Second, 1}, {10 * time.Second, 2}} {
					if lasts == forever {
						step.fetches = 1
					}
					time.Sleep(step.pause)
					_, err := client.GetCall(t.Context(), anyCallID)
					require.NoError(t, err)
					require.Len(t, issuer.requests(tokenHost), step.fetches)
				}
			})
		})
	}
}
