//! Empty: this package exists to name the C++ headers of its dependency.
