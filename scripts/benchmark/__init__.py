"""What `./scripts/bench` measures: our function on either runtime, a naive one and an echo, side by side.

contenders  the four functions, and the environments they run in
server      one of them as Cloud Run would start it
questions   what they are asked
client      asks, and takes the time
rounds      who is asked what, how often and in which order
figures     what all those times amount to
tables      the README's tables, written and read back
chart       the README's picture
profiling   where the time goes
"""
