raise RuntimeError("this module cannot be loaded")
