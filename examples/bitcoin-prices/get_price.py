#!/usr/bin/env python3
"""Prints the price of a crypto currency at an exchange: get_price.py EXCHANGE CRYPTO PERIOD."""
import os
import sys
import urllib.request

exchange, crypto, period = sys.argv[1:]
url = f"{os.environ['PRICE_SERVER']}/{exchange}/{crypto}?period={period}"
with urllib.request.urlopen(url) as answer:
    print(answer.read().decode())
