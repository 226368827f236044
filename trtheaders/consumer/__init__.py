"""What a consumer brings: its sources, objects, programs and build logs."""
