package mirror

import (
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// midnight is when a day begins.
func midnight(day spark.Date) time.Time { return day.In(time.UTC) }

// addDays returns the day so many days later.
func addDays(day spark.Date, n int) spark.Date { return spark.DateOf(midnight(day).AddDate(0, 0, n)) }

// before tells whether a day comes before another.
func before(day, other spark.Date) bool { return midnight(day).Before(midnight(other)) }

// span writes days for people: one day as itself, several with the last one.
func span(from, to spark.Date) string {
	last := addDays(to, -1)
	if !before(from, last) {
		return from.String()
	}
	return from.String() + " to " + last.String()
}
