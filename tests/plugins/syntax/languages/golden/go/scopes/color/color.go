package color

type Color uint8

const (
	Black Color = iota + 30
	// Red repeats the type of the constant before.
	Red
	Green
)

func (c Color) Add(text string) string { return text }

func Parse(text string) (*Picked, error) { return &Picked{}, nil }

type Picked struct{}

func (p *Picked) Parse(text string) {}

func (p *Picked) Name() string { return "" }
