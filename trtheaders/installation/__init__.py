"""What the user says, or does not say, in; one installed TensorRT-LLM out. No package is imported.

May import `library`, to ask files what they are.
"""
