from json import dumps as to_text

to_text({})
