"""`python -m scripts.capacity`: how many instances a traffic needs, who waits for one to start, what a day costs.

measured   what `./scripts/bench` measured, as far as it is needed here
arrivals   when requests come
fleet      the simulation: what instances do with them
prices     what Google charges
scenarios  the traffic that is shown
tables     the README's tables and sentences
chart      the README's picture
"""
