import deep.deeper.deepest as d
import deep.deeper
import deep

d.bottom()
deep.top()
deep.deeper.middle()
deep.deeper.deepest.bottom_too()
