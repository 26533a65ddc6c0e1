package sparktest

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
)

// A memoryListener accepts connections in memory. It blocks on channels only, so
// that time passes in a testing/synctest bubble.
type memoryListener struct {
	addr  memoryAddr
	conns chan net.Conn
	done  chan struct{}
	close sync.Once
}

func listenMemory(addr string) *memoryListener {
	return &memoryListener{addr: memoryAddr(addr), conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.close.Do(func() { close(l.done) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

// dial connects to the listener. It is refused if the listener is closed.
func (l *memoryListener) dial(ctx context.Context) (net.Conn, error) {
	client, server := memoryPipe(l.addr)
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, refused(l.addr)
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: l.addr, Err: ctx.Err()}
	}
}

func refused(addr net.Addr) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: addr, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// memoryPipe returns two ends that can be reset as TCP connections can.
func memoryPipe(addr net.Addr) (client, server net.Conn) {
	a, b := net.Pipe()
	reset := new(atomic.Bool)
	return &memoryConn{Conn: a, addr: addr, reset: reset}, &memoryConn{Conn: b, addr: addr, reset: reset}
}

type memoryConn struct {
	net.Conn
	addr  net.Addr
	reset *atomic.Bool
}

// SetLinger makes Close reset the connection if it is 0, as for TCP.
func (c *memoryConn) SetLinger(seconds int) error {
	c.reset.Store(seconds == 0)
	return nil
}

func (c *memoryConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == io.EOF && c.reset.Load() {
		err = &net.OpError{Op: "read", Net: "tcp", Addr: c.addr, Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	return n, err
}

func (c *memoryConn) LocalAddr() net.Addr  { return c.addr }
func (c *memoryConn) RemoteAddr() net.Addr { return c.addr }

// A memoryAddr is a host and a port in memory.
type memoryAddr string

func (memoryAddr) Network() string  { return "tcp" }
func (a memoryAddr) String() string { return string(a) }
