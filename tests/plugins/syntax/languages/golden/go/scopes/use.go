package scopes

import "example.com/scopes/color"

// Tint is another name for a type of another package.
type Tint = color.Picked

type Key struct{ id int }

func (k Key) Show() {}

type Keys map[Key]bool

type A B
type B A

func constants() string {
	return color.Green.Add("a")
}

func shadowed(text string) {
	color, err := color.Parse(text)
	if err != nil {
		color, err = nil, nil
	}
	color.Parse(text)
	show := func() { show() }
	show()
}

func show() {}

func next(k Key) Key { return k }

func loops(keys Keys, channel chan *Key, list []Key) {
	for key := range keys {
		key.Show()
	}
	for key := range channel {
		key.Show()
	}
	for next := next(list[0]); ; {
		next.Show()
	}
}

func created() string {
	tint := Tint{}
	many := []Key{next(Key{}), {id: 1}}
	many[0].Show()
	return tint.Name()
}

func keys(list []Key) []Key {
	return []Key{list[0], {id: 2}}
}

func assigned(list interface{ Add(string) }) {
	var shown interface{ Show() }
	shown = Key(list.(Key))
	shown.Show()
}

func broken(a A) {
	for key := range a {
		key.Show()
	}
	a[0].Show()
}
