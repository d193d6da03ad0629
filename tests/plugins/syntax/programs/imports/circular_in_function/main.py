from parent import Parent

family = Parent("eve")
kid = family.spawn()
assert kid.lineage() == "eve/kid"
