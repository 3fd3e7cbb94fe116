console.error("built")
