package store

import "sync"

// Store holds items.
type Store struct {
	mu    sync.Mutex
	items map[string]*Item
	index Index[Item]
}

// Default is ready to use.
var Default, _ = New("default")

// New makes a Store.
func New(name string) (*Store, error) {
	s := &Store{items: map[string]*Item{}}
	return s, nil
}

// Close frees it.
func (s *Store) Close() error {
	s.mu.Lock()
	return s.flush()
}

func (s Store) Get(name string) (item *Item, ok bool) {
	item, ok = s.items[name]
	s.index.First().Rename("x")
	return
}
