package main

import (
	"fmt"
	"os"

	"github.com/acme/service/internal/log"
	st "github.com/acme/service/store"
	"github.com/google/uuid"
)

func main() {
	s, err := st.New("x")
	if err != nil {
		log.Fatal(err.Error())
		os.Exit(1)
	}
	defer s.Close()
	s.Put("a", &st.Item{Name: "a"})
	item, _ := s.Get("a")
	item.Rename("b")
	for _, each := range s.All() {
		each.Rename("c")
	}
	fmt.Println(uuid.New().String())
	st.Default.Close()
	var plain st.Item
	plain.Rename("d")
	handler := func(name string) *st.Item { return st.Make(name) }
	handler("e").Rename("f")
	go run(s)
	helper()
	var any interface{} = s
	if typed, ok := any.(*st.Store); ok {
		typed.Close()
	}
	switch v := any.(type) {
	case *st.Item:
		v.Rename("g")
	case st.Store:
		v.Close()
	}
	callback := os.Args
	_ = callback
	unknown(1)
	s.Missing()
}

func run(c closer) {
	c.Close()
}
