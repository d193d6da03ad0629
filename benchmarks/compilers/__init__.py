"""How right the call graph of compiled and typed languages is, compared with what their own compilers resolve."""
