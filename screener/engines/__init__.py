"""What runs a model: OpenVINO on any CPU, PyTorch on a GPU. One protocol."""
