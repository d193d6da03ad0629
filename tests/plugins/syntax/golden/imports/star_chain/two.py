from three import *
