module example.com/embed
