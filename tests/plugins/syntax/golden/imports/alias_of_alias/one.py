from two import f
