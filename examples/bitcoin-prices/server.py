#!/usr/bin/env python3
"""An exchange on this machine: answers /EXCHANGE/CRYPTO with a price. Prints its address first."""
import http.server

PRICES = {"bitstamp": 7800.20, "bitfinex": 7821.89, "coinbase": 7789.32}


class Exchange(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        price = PRICES.get(self.path.split("/")[1])
        self.send_response(200 if price else 404)
        self.end_headers()
        self.wfile.write(str(price).encode())

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
