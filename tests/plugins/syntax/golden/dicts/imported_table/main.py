from registry import TABLE

TABLE["w"]()
