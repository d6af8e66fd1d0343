"""FastAPI as its README has it: a model of what arrives, a function a route. It runs on uvicorn.

Both are `async`, on the loop itself: the network takes a tenth of a millisecond, less than a way to a thread and back.
"""

from fastapi import FastAPI, UploadFile
from PIL import Image
from pydantic import BaseModel

from scripts.benchmark.peers.drawing import shrunk
from scripts.benchmark.peers.reader import Reader


class Picture(BaseModel):
    image: list[float]


class Answer(BaseModel):
    prediction: int
    probabilities: list[float]


app = FastAPI()
reader = Reader()


@app.post("/predict")
async def predict(picture: Picture) -> Answer:
    return answer(reader.probabilities(picture.image))


@app.post("/upload")
async def upload(image: UploadFile) -> Answer:
    return answer(reader.probabilities(shrunk(Image.open(image.file))))


def answer(probabilities: list[float]) -> Answer:
    return Answer(prediction=probabilities.index(max(probabilities)), probabilities=probabilities)
