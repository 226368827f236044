"""Changes of headers, each with what each side's library defines and a consumer that notices."""
