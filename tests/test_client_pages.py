"""Pages shaped like those that people wrote for other digit servers: drawn on in a browser, they show what was drawn.

One for each kind of answer. Each sends and reads as its public models do; all are ours, and share a pad.
"""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import expect

from tests.support.function_server import FunctionServer
from tests.support.page_browser import SEVEN, Open, draw
from tests.support.page_server import running

PAGE = """<!doctype html><link rel="icon" href="data:,"><title>Digits</title>
<canvas id="pad" width="280" height="280" style="border: 1px solid"></canvas>
<button id="send">Predict</button> <button id="clear">Clear</button> <p id="result"></p>
<script type="module">
const URL = "FUNCTION", pad = document.getElementById("pad"), pen = pad.getContext("2d");
const show = (text) => (document.getElementById("result").textContent = text);
const wipe = () => { pen.fillStyle = "black"; pen.fillRect(0, 0, 280, 280); };
const likeliest = (row) => row.indexOf(Math.max(...row));
const post = (path, value) => fetch(URL + path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value),
}).then((response) => response.json());
const levels = () => {
  const small = Object.assign(document.createElement("canvas"), { width: 28, height: 28 }).getContext("2d");
  small.drawImage(pad, 0, 0, 28, 28);
  const { data } = small.getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, index) => data[4 * index]);
};
const rows = (flat) => Array.from({ length: 28 }, (_, row) => flat.slice(28 * row, 28 * row + 28));
const blob = () => new Promise((done) => pad.toBlob(done));
wipe();
pen.strokeStyle = "white"; pen.lineWidth = 20; pen.lineCap = pen.lineJoin = "round";
pad.onmousedown = (event) => { pen.beginPath(); pen.moveTo(event.offsetX, event.offsetY); };
pad.onmousemove = (event) => { if (event.buttons) { pen.lineTo(event.offsetX, event.offsetY); pen.stroke(); } };
SCRIPT
document.getElementById("send").onclick = predict;
document.getElementById("clear").onclick = () => { wipe(); show(""); (window.cleared ?? (() => {}))(); };
</script>"""

SCRIPTS = {
    "a bare data URL, text": """
const predict = () => {
  const request = new XMLHttpRequest();
  request.open("POST", URL + "/predict/");
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
  request.onload = () => show(request.responseText);
  request.send(pad.toDataURL());
};""",
    "a data URL in JSON, text from the address": """
const predict = () => fetch(URL + "/as/text/hook", { method: "POST", body: JSON.stringify({ image: pad.toDataURL() }) })
  .then((response) => response.text()).then(show);""",
    "a form, a word from the address": """
const predict = () => fetch(URL + "/as/guess/upload", {
  method: "POST", body: new URLSearchParams({ imageBase64: pad.toDataURL() }),
}).then((response) => response.json()).then(({ guess }) => show(guess));""",
    "a file, the digit and how sure": """
const predict = async () => {
  const form = new FormData();
  form.append("file", await blob(), "digit.png");
  const answer = await (await fetch(URL + "/predict", { method: "POST", body: form })).json();
  show(answer.confidence > 0.5 ? `${answer.digit}` : "unsure");
};""",
    "rows under data, the label": """
const predict = async () => show((await post("/predict", { data: rows(levels()) })).label);""",
    "a canvas's colors": """
const predict = async () => {
  const { data } = pen.getImageData(0, 0, 280, 280);
  show((await post("/as/predicted_number", { new_data: Array.from(data) })).predicted_number);
};""",
    "a bare list, two results": """
const predict = async () => {
  const { results } = await post("/api/mnist", levels().map((level) => 255 - level));
  const [first, second] = results.map(likeliest);
  show(first === second && results.every((row) => row.length === 10) ? first : "they differ");
};""",
    "a tensor, ten numbers": """
const predict = async () => {
  const answer = await post("/predict", { tensor: levels().map((level) => level / 255) });
  answer.prediction.forEach((share, digit) => { if (share > 0.5) show(digit); });
};
window.cleared = async () => {
  const answer = await post("/predict", { tensor: levels().map((level) => level / 255) });
  answer.prediction.forEach((share) => { if (share !== 0.1) show("not cleared"); });
  document.title = "Cleared";
};""",
    "instances, predictions": """
const predict = async () => {
  const request = new XMLHttpRequest();
  request.open("POST", URL + "/v1/models/digits:predict");
  request.onload = () => show(likeliest(JSON.parse(request.responseText).predictions[0]));
  request.send(JSON.stringify({ instances: [rows(levels())] }));
};""",
    "columns, outputs": """
const predict = async () => {
  const answer = await post("/v1/models/digits:predict", { signature_name: "serving_default", inputs: [levels()] });
  show(likeliest(answer.outputs[0]));
};""",
    "tensors": """
const predict = async () => {
  const data = levels().map((level) => (level / 255 - 0.1307) / 0.3081);
  const answer = await post("/v2/models/digits/infer", {
    id: "1", inputs: [{ name: "input", shape: [1, 1, 28, 28], datatype: "FP32", data }],
  });
  show(answer.id === "1" ? likeliest(answer.outputs[0].data) : "another's");
};""",
    "a file that is put, the bare digit": """
const predict = async () => {
  const response = await fetch(URL + "/predictions/mnist", { method: "PUT", body: await blob() });
  show(await response.json());
};""",
    "invocations": """
const predict = async () => show(likeliest((await post("/invocations", { inputs: [levels()] })).predictions[0]));""",
    "a number of its own": """
const predict = async () => {
  const form = new FormData();
  form.append("myfile", await blob(), "digit.png");
  show((await (await fetch(URL + "/curl-api", { method: "POST", body: form })).json()).prediction);
};""",
    "a result that is made, and fetched": """
const predict = async () => {
  const form = new FormData();
  form.append("image", pad.toDataURL());
  const made = await fetch(URL + "/api/digits/", { method: "POST", body: form });
  const { id } = await made.json();
  const result = await (await fetch(`${URL}/api/digits/${id}`)).json();
  show(made.status === 201 ? result.result1 : made.status);
};""",
}


class Pages(BaseHTTPRequestHandler):
    """One page for each script, by its number."""

    def __init__(self, *arguments: object, function: str) -> None:
        self.function = function
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        script = [*SCRIPTS.values()][int(self.path.strip("/"))]
        content = PAGE.replace("FUNCTION", self.function).replace("SCRIPT", script).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def pages(server: FunctionServer) -> Iterator[str]:
    with running(partial(Pages, function=server.url)) as url:
        yield url


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_page_shows_the_seven_that_is_drawn_on_it(
    name: str, pages: str, server: FunctionServer, open_page: Open
) -> None:
    page = open_page(server.url, url=f"{pages}/{[*SCRIPTS].index(name)}")
    draw(page, SEVEN)
    page.click("#send")
    expect(page.locator("#result")).to_have_text("7")


def test_a_page_that_clears_itself_by_what_comes_back_is_cleared(
    pages: str, server: FunctionServer, open_page: Open
) -> None:
    page = open_page(server.url, url=f"{pages}/{[*SCRIPTS].index('a tensor, ten numbers')}")
    draw(page, SEVEN)
    page.click("#send")
    expect(page.locator("#result")).to_have_text("7")
    page.click("#clear")
    expect(page).to_have_title("Cleared")
    expect(page.locator("#result")).to_have_text("")
