package store_test

import (
	"testing"

	"github.com/acme/service/store"
)

func TestNew(t *testing.T) {
	s, err := store.New("x")
	t.Log(err)
	s.Close()
}
