package mirror_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

func TestOptionsThatCanNotBe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server := platform(t, nil)
		service := serviceOf(t, server)
		for field, options := range map[string]mirror.Options{
			"Options.Since":    {Since: spark.Date{Year: 2000, Month: 2, Day: 30}},
			"Options.Days":     {Since: firstDay, Days: -1},
			"Options.Overlap":  {Since: firstDay, Overlap: -1},
			"Options.Parallel": {Since: firstDay, Parallel: -1},
		} {
			var wrong *spark.ArgumentError
			_, err := mirror.Update(t.Context(), service, filepath.Join(scratch(t), "new"), options)
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, field, wrong.Name)
		}
		for _, since := range []spark.Date{{}, {Year: 2000, Month: 1, Day: 5}} {
			refused(t, service, server, scratch(t), mirror.Options{Since: since}, spark.ErrInvalidArgument)
		}
		_, err := mirror.Update(t.Context(), service, "", mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
	})
}
