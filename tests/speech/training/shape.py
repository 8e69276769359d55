"""The model's sizes, and constants shared by all stages."""

SEED = 20240607
RATE = 16_000
MELS = 80
FRAMES_PER_S = 100
WIDTH, HEADS, FEED_FORWARD = 96, 3, 384
ENCODER_LAYERS, DECODER_LAYERS = 3, 2
POSITIONS = 1500  # of the encoder, two frames each: 30 seconds
TOKENS = 448  # positions of the decoder
STAMPS = 1501  # timestamps of 0.02 seconds
MARGIN = 0.06  # seconds kept around a sentence
IGNORED = -100  # a label that does not count in the loss
