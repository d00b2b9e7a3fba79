"""What an account is opened with: PINs and their generations, who may set them, wrong tries."""
