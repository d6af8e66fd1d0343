"""The floor: a function that hands the body back. What it costs, the framework and the wire cost."""


def predict(request):
    return request.get_data()
