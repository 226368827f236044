"""What is looked at outside this process: the driver, toolkits, programs. No probe raises or waits for long."""
