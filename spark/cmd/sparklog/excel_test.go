package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestExcel(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	id := server.Calls()[0].ID

	outcome := shell.run("excel", shell.service(), id)
	require.Equal(t, exitDone, outcome.status, outcome.errors)
	require.Empty(t, outcome.out)
	require.Regexp(t, `^saved `+id+`\.xlsx, \d\.\d KB\n$`, outcome.errors)
	require.Equal(t, []string{id + ".xlsx"}, names(t))

	out := shell.succeed("excel", "--folder", server.Folder, "--service", server.Service, id, "--output", "-")
	require.Equal(t, read(t, id+".xlsx"), out)
	workbook, err := excelize.OpenReader(strings.NewReader(out))
	require.NoError(t, err)
	require.NoError(t, workbook.Close())
}

func TestExcelOfOneRecord(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	for _, call := range server.Calls() {
		if call.Index == 1 {
			first := shell.succeed("excel", shell.service(), call.ID, "--index", "0", "--output", "-")
			require.NotEqual(t, first, shell.succeed("excel", shell.service(), call.ID, "--index", "1", "--output", "-"))
			return
		}
	}
	require.Fail(t, "no call has several records")
}

func TestExcelOfALegacyModel(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	shell.succeed("excel", shell.service(), server.Calls()[0].ID, "--legacy", "--index", "0", "--output", "-")
	require.Len(t, server.Requests(sparktest.LegacyWorkbook), 1)
	require.Equal(t, "index=0", server.Requests(sparktest.LegacyWorkbook)[0].Query)
	require.Empty(t, server.Requests(sparktest.Workbook))
}

func TestABrokenDownloadIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		id := server.Calls()[0].ID
		broken := server.Fault(sparktest.File, sparktest.Always(), sparktest.After(1), sparktest.Status(503))
		server.Fault(sparktest.File, sparktest.Truncate(1000))

		outcome := shell.run("excel", shell.service(), id, "--output", "call.xlsx")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "after 1000 of ")
		require.Contains(t, outcome.errors, "kept in call.xlsx.part\nTo resume: run the same command again\n")

		broken.Remove()
		shell.succeed("excel", shell.service(), id, "--output", "call.xlsx")
		require.Equal(t, []string{"call.xlsx"}, names(t))
		requests := server.Requests(sparktest.File)
		require.Equal(t, "bytes=1000-", requests[len(requests)-1].Header.Get("Range"))
	})
}

func TestADamagedWorkbookIsNotSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.File, sparktest.Always(), testfault.Corrupt())
		outcome := shell.run("excel", shell.service(), server.Calls()[0].ID, "--output", "call.xlsx")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "damaged")
		require.Empty(t, names(t))
	})
}
