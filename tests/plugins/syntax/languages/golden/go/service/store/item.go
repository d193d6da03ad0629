package store

// Item is stored.
type Item struct{ Name string }

func (i *Item) Rename(name string) { i.Name = name }

// Make makes an Item.
func Make(name string) *Item { return &Item{Name: name} }

func (s *Store) Put(name string, item *Item) { s.items[name] = item }

func (s *Store) All() []*Item { return nil }

func (s *Store) flush() error { return nil }

// Index is generic.
type Index[T any] struct{ all []T }

func (x *Index[E]) First() E { return x.all[0] }
