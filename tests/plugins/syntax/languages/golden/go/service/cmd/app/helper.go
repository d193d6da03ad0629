package main

type closer interface {
	Close() error
}

func helper() {
	_ = new(options)
	list := []options{{1}, {2}}
	list[0].apply()
	names := make(map[string]*options)
	names["x"].apply()
	_ = string("x")
	_ = options(list[0])
}

type options struct{ level int }

func (o *options) apply() { o.level = len("x") }
