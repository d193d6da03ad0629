from third import finish as middle
