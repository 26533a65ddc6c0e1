package spark

// secret holds a credential. The value stands behind a function, so that no
// format verb, encoder or debugger dump of a surrounding struct shows it.
type secret struct{ reveal func() string }

func newSecret(value string) secret {
	return secret{reveal: func() string { return value }}
}

func (s secret) empty() bool { return s.reveal == nil || s.reveal() == "" }
