from pkg import thing

thing()
