#!/bin/sh
# Without a container engine Agon starts this in a sandbox, in this folder.
exec python3 -B main.py
