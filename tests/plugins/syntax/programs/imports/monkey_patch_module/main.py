import target
import patch

patch.apply()
target.act()
target.helper()
