"""An alliance as one file to read, to send and to print: `dilemma.report`."""
