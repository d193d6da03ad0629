package url

func Parse(text string) *URL { return &URL{} }

type URL struct{}

func (u *URL) Host() string { return "" }
