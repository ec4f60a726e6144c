"""The register as a file: what a table of it holds, how it is written, read and compared with what stands."""
