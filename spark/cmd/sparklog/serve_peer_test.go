package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var peerDirectory = flag.String("peer", "", "directory of testdata/peer with its packages installed, for TestPeer; see make peers")

// TestPeer runs an independent client, which other people's tools generate from the
// vendor's documents, against the emulator.
func TestPeer(t *testing.T) {
	if *peerDirectory == "" {
		t.Skip("make peers runs it, where there are node and npm")
	}
	published, err := filepath.Abs("../../../openapi/published")
	require.NoError(t, err)
	for folder, service := range map[string]string{"motor": "premium", "R&D / #1": "50%41 ünï?b=c+d"} {
		t.Run(folder, func(t *testing.T) {
			server := serve(t, "--job-duration", "100ms", "--folder", folder, "--service", service, "--records-per-file", "20")
			peer, err := json.Marshal(map[string]any{"published": published, "lines": server.lines})
			require.NoError(t, err)
			command := exec.CommandContext(t.Context(), "node", filepath.Join(*peerDirectory, "peer.mjs"))
			command.Env = append(os.Environ(), "PEER="+string(peer))
			said, err := command.CombinedOutput()
			t.Logf("%s", said)
			require.NoError(t, err)
			server.stop()
			require.Equal(t, exitDone, <-server.status)
		})
	}
}
