// Package log writes lines.
package log

// Fatal writes and stops.
func Fatal(text string) { write(text) }

func write(text string) {}
