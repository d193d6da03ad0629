from .thing import thing
