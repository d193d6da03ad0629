from shop.checkout import pay

assert pay([10, 20]) == 36
