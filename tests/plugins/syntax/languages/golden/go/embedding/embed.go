package embed

import "io"

type Animal interface {
	io.Closer
	Namer
	Speak() string
}

type Namer interface{ Name() string }

type Base struct{ name string }

func (b *Base) Name() string { return b.name }

func (b Base) Hello() string { return b.Name() }

type Dog struct {
	*Base
	io.Reader
	friend Animal
	tail   struct{ bone Bone }
	bark   func() Bone
}

type Bone struct{}

func (Bone) Chew() {}

type Bones []Bone

func (b Bones) First() Bone { return b[0] }

type Alias = Bone

type Handler func(Bone) Dog

func (d *Dog) Speak() string {
	d.Hello()
	d.Base.Name()
	d.Read(nil)
	d.friend.Speak()
	d.friend.Name()
	d.friend.Close()
	d.tail.bone.Chew()
	d.bark().Chew()
	Bones{{}}.First().Chew()
	for _, bone := range (Bones{}) {
		bone.Chew()
	}
	var alias Alias
	alias.Chew()
	first(Bones{}).Chew()
	Map[Bone](nil)
	return "x"
}

func first(bones []Bone) (bone Bone) { return bones[0] }

func Map[T any](values []T) {}

func init() {}

func init() {}

func chain() {
	d, b := pair()
	d.Speak()
	b.Chew()
	(*d).Hello()
	ch := make(chan Bone)
	(<-ch).Chew()
	select {
	case bone := <-ch:
		bone.Chew()
	}
	func() { b.Chew() }()
	f := d.Speak
	f()
	panic("x")
}

func pair() (*Dog, Bone) { return &Dog{Base: &Base{}}, Bone{} }
