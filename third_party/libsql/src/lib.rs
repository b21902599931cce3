//! Empty: this package exists to name the C sources of its two dependencies.
