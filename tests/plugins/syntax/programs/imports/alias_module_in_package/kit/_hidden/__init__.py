from . import impl as helpers
