package http

import (
	"net/url"
	"strings"
)

func host(text string) string {
	return strings.ToLower(url.Parse(text).Host())
}
