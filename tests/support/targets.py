"""Every route with each of its methods, and what is none: the ways in, for tests that try them all."""

TARGETS = [  # every route with each of its methods, and what is none
    *(("GET", "/"), ("GET", "/health"), ("GET", "/model"), ("GET", "/openapi.json"), ("GET", "/v1/models/digits")),
    *(("GET", "/v1/models/digits/metadata"), ("GET", "/api/digits/10100500"), ("POST", "/"), ("POST", "/feedback")),
    *(("POST", "/curl-api"), ("POST", "/api/digits/"), ("POST", "/v1/models/digits:predict"), ("GET", "/weights/1")),
    *(("GET", "/v2"), ("GET", "/v2/health/live"), ("GET", "/v2/health/ready"), ("GET", "/v2/models/digits")),
    *(("GET", "/v2/models/digits/ready"), ("POST", "/v2/models/digits/infer"), ("POST", "/as/guess"), ("GET", "/ping")),
    *(
        ("POST", "/predictions/digits"),
        ("PUT", "/predictions/digits"),
        ("POST", "/invocations"),
        ("POST", "/api/mnist"),
    ),
    *(("OPTIONS", "/"), ("PUT", "/"), ("DELETE", "/health"), ("HEAD", "/"), ("GET", "/nowhere"), ("POST", "/nowhere")),
    *(("POST", "/robots.txt"), ("OPTIONS", "/static/x"), ("POST", "/static/x")),
]
POSTED = [path for method, path in TARGETS if method == "POST"]
